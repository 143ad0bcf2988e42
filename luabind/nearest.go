package luabind

import "moonpost/data"

// Nearest gives the name that was probably meant, or "" when none is near.
func Nearest(name string, names []string) string { return data.Nearest(name, names) }
