package jsonvalue

import "strconv"

// manyMembers is from where on a map finds a name faster than a look at all.
const manyMembers = 16

// array reads an array from its bracket on.
func (p *parser) array() (Value, *SyntaxError) {
	start := len(p.items)
	v := Value{kind: Array, depth: 1, size: sizeEmpty}
	p.at++
	p.space()
	for first := true; !p.next(']'); first = false {
		if !first {
			if err := p.comma("]"); err != nil {
				return Value{}, err
			}
			v.size++
		}
		item, err := p.value()
		if err != nil {
			p.path = append(p.path, strconv.Itoa(len(p.items)-start))
			return Value{}, err
		}
		p.space()
		p.items = append(p.items, item)
		v.size += item.Size()
		v.depth = max(v.depth, item.depth+1)
	}
	if found := p.items[start:]; len(found) > 0 {
		items := make([]Value, len(found))
		copy(items, found)
		v.parts = &content{items: items}
		p.items = p.items[:start]
	}
	return v, nil
}

// object reads an object from its brace on.
func (p *parser) object() (Value, *SyntaxError) {
	start := len(p.members)
	v := Value{kind: Object, depth: 1, size: sizeEmpty}
	var names map[string]struct{}
	p.at++
	p.space()
	for first := true; !p.next('}'); first = false {
		if !first {
			if err := p.comma("}"); err != nil {
				return Value{}, err
			}
			v.size++
		}
		member, size, err := p.member(start, &names)
		if err != nil {
			return Value{}, err
		}
		p.space()
		p.members = append(p.members, member)
		v.size += size
		v.depth = max(v.depth, member.Value.depth+1)
	}
	if found := p.members[start:]; len(found) > 0 {
		members := make([]Member, len(found))
		copy(members, found)
		v.parts = &content{members: members}
		p.members = p.members[:start]
	}
	return v, nil
}

// member reads a name, a colon and a value, and says how long Append will
// write them. The members before it in the same object are from start on.
func (p *parser) member(start int, names *map[string]struct{}) (Member, int, *SyntaxError) {
	if p.at == len(p.text) || p.text[p.at] != '"' {
		return Member{}, 0, p.unexpected("where the name of a member belongs")
	}
	begin := p.at
	name, size, err := p.string()
	if err != nil {
		return Member{}, 0, err
	}
	if p.twice(name, p.members[start:], names) {
		p.at = begin
		return Member{}, 0, p.fail("has the member " + quote(name) + " twice")
	}
	if p.space(); !p.next(':') {
		return Member{}, 0, p.unexpected("where a colon belongs")
	}
	p.space()
	value, err := p.value()
	if err != nil {
		p.path = append(p.path, name)
		return Member{}, 0, err
	}
	return Member{name, value}, size + 1 + value.Size(), nil
}

// twice says whether name is among members. From many members on it keeps
// their names, so that a large object costs no more than its text.
func (p *parser) twice(name string, members []Member, names *map[string]struct{}) bool {
	if len(members) < manyMembers {
		for i := range members {
			if members[i].Name == name {
				return true
			}
		}
		return false
	}
	if *names == nil {
		*names = make(map[string]struct{}, 2*manyMembers)
		for i := range members {
			(*names)[members[i].Name] = struct{}{}
		}
	}
	_, found := (*names)[name]
	(*names)[name] = struct{}{}
	return found
}

// next steps over c if it stands there.
func (p *parser) next(c byte) bool {
	if p.at < len(p.text) && p.text[p.at] == c {
		p.at++
		return true
	}
	return false
}

func (p *parser) comma(end string) *SyntaxError {
	if !p.next(',') {
		return p.unexpected("where a comma or " + end + " belongs")
	}
	p.space()
	return nil
}
