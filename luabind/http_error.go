package luabind

import (
	"errors"

	"moonpost/data"

	lua "github.com/yuin/gopher-lua"
)

// webFault is an error of a request.
type webFault interface {
	Stage() string
	Temporary() bool
}

// httpErrorField reads the fields of an error of a request; nil when there is none.
func httpErrorField(err error, key string) lua.LValue {
	var asked *data.HTTPError
	var status *data.HTTPStatusError
	var fault webFault
	switch {
	case key == "host" && errors.As(err, &asked):
		return lua.LString(asked.Host)
	case key == "code" && errors.As(err, &status):
		return lua.LNumber(status.Status)
	case key == "stage" && errors.As(err, &fault):
		return lua.LString(fault.Stage())
	case key == "temporary" && errors.As(err, &fault):
		return lua.LBool(fault.Temporary())
	}
	return nil
}

// web adds what is known of a request that failed.
func (r *Report) web(err error) {
	var status *data.HTTPStatusError
	var fault webFault
	if errors.As(err, &status) {
		r.Code = status.Status
	}
	if errors.As(err, &fault) {
		temporary := fault.Temporary()
		r.Stage, r.Temporary = fault.Stage(), &temporary
	}
}
