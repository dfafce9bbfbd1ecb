package api

import (
	"errors"
	"io"

	"github.com/gin-gonic/gin"
	"github.com/postern-dev/postern/jsonvalue"
	"github.com/postern-dev/postern/problem"
)

// maxDepth is how many containers within containers a document may have.
// Those of a patch stand two levels deeper in it, those of a batch four.
const (
	maxDepth      = 64
	maxPatchDepth = maxDepth + 2
	maxBatchDepth = maxPatchDepth + 4
)

// readJSON reads the one JSON value of a body, and the bytes that it was sent
// as. depth bounds the containers within containers.
func readJSON(c *gin.Context, depth int) (jsonvalue.Value, []byte, error) {
	data, err := io.ReadAll(c.Request.Body)
	if err != nil {
		return jsonvalue.Value{}, nil, brokenBody(c, err)
	}
	if len(data) == 0 {
		return jsonvalue.Value{}, nil, jsonInvalid.New("The request has no body.")
	}
	value, err := jsonvalue.Parse(data, jsonvalue.Limits{Depth: depth})
	if err != nil {
		return value, nil, malformed(err)
	}
	return value, data, nil
}

// brokenBody tells a client that left from one that sent nonsense.
func brokenBody(c *gin.Context, err error) error {
	var p *problem.Problem
	if left := c.Request.Context().Err(); left != nil {
		return left
	}
	if errors.As(err, &p) || isTooLarge(err) {
		return err
	}
	return problem.BadRequest.New("The body ends too soon or its chunks cannot be read.").Because(err)
}

func malformed(err error) error {
	var syntax *jsonvalue.SyntaxError
	if !errors.As(err, &syntax) {
		return err
	}
	p := jsonInvalid.New("")
	p.Fields = []problem.Field{{Pointer: syntax.Pointer, Detail: syntax.Reason}}
	return p.Because(err)
}
