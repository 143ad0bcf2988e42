package smtp

import (
	"errors"
	"net"
	"os"
	"strings"
)

// dialReason tells why a dial failed, with the address but without the names of system calls that package net puts
// before it: "connection refused (127.0.0.1:25)".
func dialReason(err error) string {
	switch e := err.(type) { //nolint:errorlint // what wraps these has words of its own
	case everyAddress:
		texts := make([]string, len(e))
		for i, one := range e {
			texts[i] = dialReason(one)
		}
		return strings.Join(texts, "; ")
	case *net.OpError:
		return opReason(e)
	case nil:
		return "connection failed"
	}
	return err.Error()
}

func opReason(e *net.OpError) string {
	if e.Op != "dial" || e.Err == nil {
		return e.Error()
	}
	text := e.Err.Error()
	var system *os.SyscallError
	var dns *net.DNSError
	switch {
	case errors.As(e.Err, &system):
		text = system.Err.Error()
	case errors.As(e.Err, &dns) && dns.Err != "":
		text = dns.Err
	}
	if e.Addr != nil {
		text += " (" + e.Addr.String() + ")"
	}
	return text
}
