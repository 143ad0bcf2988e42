//go:build !unix

package luabind

import (
	"io/fs"
	"os"
)

// keepOwner does nothing where files have no owners that could be given away.
func keepOwner(*os.File, fs.FileInfo) {}
