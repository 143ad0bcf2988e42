// Package data brings rows in and text out: it reads and writes CSV, and fills
// templates. It knows nothing of mail and nothing of scripts.
package data
