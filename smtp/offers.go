package smtp

// offers are the extensions that every message asks for, looked up once.
type offers struct {
	pipelining, chunking, eightBit, size bool

	sizeLimit  int64 // octets in a message, 0 for no limit
	recipients int   // in one transaction, 0 for no limit
	domains    int   // the recipients', in one transaction
	mails      int   // transactions in one session
}

func (e extensions) offers() offers {
	return offers{
		pipelining: e.has("PIPELINING"), chunking: e.has("CHUNKING"), eightBit: e.has("8BITMIME"), size: e.has("SIZE"),
		sizeLimit: e.sizeLimit(), recipients: e.recipientLimit(), domains: e.limit("RCPTDOMAINMAX"), mails: e.limit("MAILMAX"), // RFC 9422 §4
	}
}
