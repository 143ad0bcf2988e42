package mime

// expand puts what Markdown, Embed and Calendar stand for into the fields of which the tree is made.
func (s *Spec) expand() error {
	if err := s.expandMarkdown(); err != nil {
		return err
	}
	if s.HTML != nil && s.Embed != nil {
		page, parts, err := EmbedImages(*s.HTML, *s.Embed)
		if err != nil {
			return err
		}
		s.HTML, s.Inline = &page, append(s.Inline[:len(s.Inline):len(s.Inline)], parts...)
	}
	if s.Calendar == nil {
		return nil
	}
	invite, file, err := s.Calendar.parts()
	if err != nil {
		return err
	}
	s.Alternatives = append(s.Alternatives[:len(s.Alternatives):len(s.Alternatives)], invite)
	s.Attachments = append(s.Attachments[:len(s.Attachments):len(s.Attachments)], file)
	return nil
}

func (s *Spec) expandMarkdown() error {
	switch {
	case s.Markdown == nil:
		return nil
	case s.HTML != nil:
		return &Error{Field: "markdown", What: "markdown and html are two sources of the same page", Advice: "give one of them"}
	}
	page, err := MarkdownPage(*s.Markdown, s.Charset)
	s.HTML = &page
	return err
}
