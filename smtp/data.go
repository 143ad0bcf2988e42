package smtp

import "context"

// Data sends DATA and the content, and returns the reply to the final dot; a
// reply other than 354 to DATA is a *DataError. With LMTP there is a reply for
// each accepted recipient, and Data returns the first negative one, else the
// last; DataLMTP returns them all.
func (c *Client) Data(ctx context.Context, content Encoded) (Reply, error) {
	return worst(c.data(ctx, content, c.opts.Protocol == LMTP))
}

// DataLMTP is Data with one reply for each RCPT that was accepted since MAIL, in
// their order.
func (c *Client) DataLMTP(ctx context.Context, content Encoded) ([]Reply, error) {
	return c.data(ctx, content, true)
}

func (c *Client) data(ctx context.Context, content Encoded, each bool) ([]Reply, error) {
	w, leave, err := c.enter(ctx)
	if err != nil {
		return nil, err
	}
	defer leave()
	r, err := w.roundTrip(StageData, dataLine)
	if err != nil {
		return nil, err
	}
	if r.Code != 354 {
		return nil, &DataError{detail: detail{stage: StageData, hint: replyHint(StageData, r)}, Reply: r}
	}
	n := 1
	if each {
		n = c.accepted
	}
	c.accepted = 0
	err = w.transfer(ctx, &parcel{content: content, options: &SendOptions{AllowLongLines: true}}, nil, nil)
	if early := earlyRefusal(err); early.Code != 0 {
		return nil, &DataError{detail: detail{stage: StageBody}, Reply: early}
	}
	if err != nil {
		return nil, err
	}
	return w.readFinals(nil, n)
}
