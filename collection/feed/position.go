package feed

import (
	"encoding/binary"

	"github.com/postern-dev/postern/collection"
	"github.com/postern-dev/postern/seal"
)

const (
	// purpose keeps positions apart from all else that is sealed.
	purpose = "postern feed position"
	// positionForm is the first byte of a position. Change it with the form.
	positionForm = 1
)

// Marker writes the positions of one reader, and reads those that it brings.
// A position says to which collections of which database it belongs, and what the
// reader could see of them then.
type Marker struct {
	sealer *seal.Sealer
	rights [][8]byte
}

// NewMarker returns the marker of the reader with these views, of the database of
// this lineage.
func NewMarker(sealer *seal.Sealer, lineage int64, reader collection.Owner, views []View) *Marker {
	m := &Marker{sealer: sealer}
	for i := range views {
		m.rights = append(m.rights, views[i].rights(lineage, reader))
	}
	return m
}

// Write makes a position opaque.
func (m *Marker) Write(position int64) string {
	// Of a fixed length: it is nobody's business how much others write.
	data := binary.BigEndian.AppendUint64([]byte{positionForm}, uint64(position))
	for _, hash := range m.rights {
		data = append(data, hash[:]...)
	}
	return m.sealer.Seal(purpose, data)
}

// Read returns the lowest of the positions that the reader brings, such as one
// of each list that it has. The error is [seal.ErrForeign] where one was not
// made here, and [ErrReset] where they do not speak for all of what the reader
// sees now: then it has to read everything again.
func (m *Marker) Read(texts ...string) (position int64, err error) {
	known := map[[8]byte]bool{}
	for i, text := range texts {
		data, err := m.sealer.Open(purpose, text)
		if err != nil {
			return 0, err
		}
		at, rights, err := decode(data)
		if err != nil {
			return 0, err
		}
		if i == 0 || at < position {
			position = at
		}
		for ; len(rights) > 0; rights = rights[8:] {
			known[[8]byte(rights)] = true
		}
	}
	for _, hash := range m.rights {
		if !known[hash] {
			return 0, ErrReset
		}
	}
	return position, nil
}

func decode(data []byte) (at int64, rights []byte, err error) {
	if len(data) == 0 || data[0] != positionForm {
		return 0, nil, ErrReset
	}
	data = data[1:]
	if len(data) < 8 || len(data)%8 != 0 {
		return 0, nil, seal.ErrForeign
	}
	return int64(binary.BigEndian.Uint64(data)), data[8:], nil
}
