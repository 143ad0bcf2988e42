package mime

// Defect is something that the reader of a message had to put up with.
type Defect struct {
	Code  string // a stable word, such as "duplicate-field"
	Where string // the part by its numbers ("2.1"; "" is the whole message), a blank, and the header field, if one is concerned
	Text  string // for people
}
