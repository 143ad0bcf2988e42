package mime

// EncodeQuotedPrintableBinary gives b as quoted-printable in which every CR and LF is escaped, as for content that is
// no text.
func EncodeQuotedPrintableBinary(b []byte) string { return string(appendQP(nil, b, false)) } // RFC 2045 §6.7
