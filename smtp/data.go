package smtp

import "context"

// Data sends DATA and the content, and returns the reply to the final dot; a
// reply other than 354 to DATA is a *DataError. With LMTP there is a reply for
// each accepted recipient, and Data returns the first negative one, else the
// last; DataLMTP returns them all.
func (c *Client) Data(ctx context.Context, content Encoded) (Reply, error) {
	replies, err := c.data(ctx, content, c.opts.Protocol == LMTP)
	if err != nil || len(replies) == 0 {
		return Reply{}, err
	}
	for _, r := range replies {
		if !r.Positive() {
			return r, nil
		}
	}
	return replies[len(replies)-1], nil
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
	replies, err := w.transfer(ctx, content, nil, n)
	if early := earlyRefusal(err); early.Code != 0 {
		return nil, &DataError{detail: detail{stage: StageBody}, Reply: early}
	}
	return replies, err
}
