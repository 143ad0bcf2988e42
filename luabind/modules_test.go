package luabind

import "testing"

// runOn runs code on a host.
func runOn(t *testing.T, host *Host, code string) error {
	t.Helper()
	program, err := Compile(Script{Name: "test.lua", Source: []byte(code)})
	if err != nil {
		t.Fatal(err)
	}
	_, err = host.Run(t.Context(), program)
	return err
}
