package luabind

import (
	"fmt"
	"time"

	"moonpost/smtp"

	lua "github.com/yuin/gopher-lua"
)

// deliverByOptions are a time limit for delivery.
type deliverByOptions struct {
	Within *time.Duration `lua:"seconds" required:"true" min:"1s" doc:"the time limit"`
	Mode   string         `lua:"mode" enum:"return,notify" doc:"what happens when it is over: the message comes back, or a report does and the server goes on trying" default:"notify"`
	Trace  bool           `lua:"trace" doc:"have servers on the way that know no limit reported"`
}

func (d *deliverByOptions) engine() *smtp.DeliverBy {
	if d == nil {
		return nil
	}
	return &smtp.DeliverBy{Within: *d.Within, Return: d.Mode == "return", Trace: d.Trace}
}

// recipientDSNOptions are what may differ from recipient to recipient.
type recipientDSNOptions struct {
	Notify []string `lua:"notify" one:"true" doc:"never, or some of success, failure, delay"`
	ORcpt  string   `lua:"orcpt" doc:"the original recipient to name in the report"`
}

func (d *dsnOptions) engine(call string) (*smtp.DSN, error) {
	if d == nil {
		return nil, nil
	}
	out := &smtp.DSN{Notify: d.Notify, Ret: d.Ret, EnvID: d.EnvID, Required: d.Required, ORcpt: d.ORcpt}
	if d.Recipients == nil {
		return out, nil
	}
	out.For = map[string]smtp.RecipientDSN{}
	var failed error
	d.Recipients.ForEach(func(key, value lua.LValue) {
		address, named := key.(lua.LString)
		own, isTable := value.(*lua.LTable)
		if !named || !isTable {
			failed = &argumentError{text: fmt.Sprintf("%s: option \"dsn.recipients\" must map addresses to tables, got %s = %s", call, describe(key), describe(value))}
			return
		}
		var r recipientDSNOptions
		if err := readOptions(call, own, &r); err != nil {
			failed = err
		}
		out.For[string(address)] = smtp.RecipientDSN{Notify: r.Notify, ORcpt: r.ORcpt}
	})
	return out, failed
}
