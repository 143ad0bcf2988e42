// Package xlsx writes workbooks as spreadsheet programs open them: rows go in one
// after the other, and the octets of an .xlsx file come out.
package xlsx
