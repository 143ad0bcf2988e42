package luabind

import (
	"context"
	"errors"
	"testing"
)

// TestRunOver: a context that is over before the script begins ends it all the same.
func TestRunOver(t *testing.T) {
	program, err := Compile(Script{Name: "s.lua", Source: []byte("while true do end")})
	if err != nil {
		t.Fatal(err)
	}
	over := errors.New("over")
	ctx, cancel := context.WithCancelCause(t.Context())
	cancel(over)
	if _, err := testHost().Run(ctx, program); !errors.Is(err, over) {
		t.Errorf("%v", err)
	}
}
