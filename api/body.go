package api

import (
	"errors"
	"io"

	"github.com/gin-gonic/gin"
	"github.com/postern-dev/postern/jsonvalue"
	"github.com/postern-dev/postern/problem"
)

// MaxDepth is how many containers within containers a body may have.
const MaxDepth = 64

// readJSON reads the one JSON value of a body, and the bytes that it was sent
// as.
func readJSON(c *gin.Context) (jsonvalue.Value, []byte, error) {
	data, err := io.ReadAll(c.Request.Body)
	if err != nil {
		return jsonvalue.Value{}, nil, brokenBody(c, err)
	}
	if len(data) == 0 {
		return jsonvalue.Value{}, nil, jsonInvalid.New("The request has no body.")
	}
	value, err := jsonvalue.Parse(data, jsonvalue.Limits{Depth: MaxDepth})
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
