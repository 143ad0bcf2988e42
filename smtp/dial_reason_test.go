package smtp

import (
	"errors"
	"net"
	"os"
	"syscall"
	"testing"
)

// TestDialReason holds what people read when a dial failed.
func TestDialReason(t *testing.T) {
	refused := &net.OpError{
		Op: "dial", Net: "tcp", Addr: &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1), Port: 25},
		Err: os.NewSyscallError("connect", syscall.ECONNREFUSED),
	}
	tests := []struct {
		err  error
		want string
	}{
		{refused, "connection refused (127.0.0.1:25)"},
		{everyAddress{refused, refused}, "connection refused (127.0.0.1:25); connection refused (127.0.0.1:25)"},
		{&net.OpError{Op: "dial", Net: "tcp", Err: &net.DNSError{Err: "no such host", Name: "h.test"}}, "no such host"},
		{&net.OpError{Op: "dial", Net: "unix", Addr: &net.UnixAddr{Name: "/run/x", Net: "unix"}, Err: os.NewSyscallError("connect", syscall.ENOENT)}, "no such file or directory (/run/x)"},
		{&net.OpError{Op: "read", Net: "tcp", Err: syscall.ECONNRESET}, "read tcp: connection reset by peer"},
		{errors.New("the proxy said no"), "the proxy said no"},
		{nil, "connection failed"},
	}
	for _, test := range tests {
		if got := dialReason(test.err); got != test.want {
			t.Errorf("%q, want %q", got, test.want)
		}
	}
	e := &ConnectError{Host: "127.0.0.1:25", Err: refused}
	if got := e.Error(); got != "smtp: 127.0.0.1:25: connection refused" {
		t.Error(got)
	}
}
