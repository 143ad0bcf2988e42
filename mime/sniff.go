package mime

import (
	"bytes"
	"strings"
)

const octetStream = "application/octet-stream"

// GuessType tells the media type by the ending of a file's name, else by the first octets of the content (1024 are
// enough), else "application/octet-stream".
func GuessType(filename string, head []byte) string {
	if t := typeByName(filename); t != "" {
		return t
	}
	if t := sniff(head); t != "" {
		return t
	}
	return octetStream
}

// typeByName gives "" for an unknown ending.
func typeByName(filename string) string {
	i := strings.LastIndexByte(filename, '.')
	if i < 0 || i == len(filename)-1 {
		return ""
	}
	ending := strings.ToLower(filename[i+1:])
	if !isToken(ending) {
		return ""
	}
	_, after, found := strings.Cut(endings, "\n"+ending+" ")
	if !found {
		return ""
	}
	t, _, _ := strings.Cut(after, "\n")
	return t
}

// signature is how contents of a type begin.
type signature struct {
	mediaType string
	magic     string
	offset    int
}

// signatures are tried in order. RIFF and ISO media containers, SVG and bare MPEG audio have their own tests.
var signatures = [...]signature{
	{"image/png", "\x89PNG\r\n\x1a\n", 0},
	{"image/jpeg", "\xff\xd8\xff", 0},
	{"image/gif", "GIF87a", 0},
	{"image/gif", "GIF89a", 0},
	{"image/tiff", "II*\x00", 0},
	{"image/tiff", "MM\x00*", 0},
	{"image/x-icon", "\x00\x00\x01\x00", 0},
	{"audio/mpeg", "ID3", 0},
	{"audio/ogg", "OggS", 0},
	{"audio/flac", "fLaC", 0},
	{"audio/basic", ".snd", 0},
	{"audio/midi", "MThd", 0},
	{"audio/amr", "#!AMR", 0},
	{"application/pdf", "%PDF-", 0},
	{"application/zip", "PK\x03\x04", 0},
	{"application/zip", "PK\x05\x06", 0},
	{"application/gzip", "\x1f\x8b\x08", 0},
	{"application/x-bzip2", "BZh", 0},
	{"application/x-xz", "\xfd7zXZ\x00", 0},
	{"application/zstd", "\x28\xb5\x2f\xfd", 0},
	{"application/x-7z-compressed", "7z\xbc\xaf\x27\x1c", 0},
	{"application/x-tar", "ustar", 257},
}

// sniff gives the type that the first octets show, or "".
func sniff(head []byte) string {
	for _, s := range signatures {
		if len(head) >= s.offset+len(s.magic) && string(head[s.offset:s.offset+len(s.magic)]) == s.magic {
			return s.mediaType
		}
	}
	for _, test := range []func([]byte) string{sniffBitmap, sniffContainer, sniffISO, sniffSVG, sniffMPEG} {
		if t := test(head); t != "" {
			return t
		}
	}
	return ""
}

// sniffBitmap wants the two reserved words of the header to be zero, because "BM" alone begins many a text.
func sniffBitmap(head []byte) string {
	if len(head) >= 14 && string(head[:2]) == "BM" && string(head[6:10]) == "\x00\x00\x00\x00" {
		return "image/bmp"
	}
	return ""
}

func sniffContainer(head []byte) string {
	if len(head) < 12 {
		return ""
	}
	switch string(head[:4]) + string(head[8:12]) {
	case "RIFFWEBP":
		return "image/webp"
	case "RIFFWAVE":
		return "audio/wav"
	case "FORMAIFF", "FORMAIFC":
		return "audio/aiff"
	}
	return ""
}

// sniffISO looks at the brand of an ISO base media file.
func sniffISO(head []byte) string {
	if len(head) < 12 || string(head[4:8]) != "ftyp" {
		return ""
	}
	switch string(head[8:12]) {
	case "avif", "avis":
		return "image/avif"
	case "heic", "heix", "heim", "heis", "hevc", "hevx":
		return "image/heic"
	case "mif1", "msf1":
		if bytes.Contains(head[:min(len(head), 64)], []byte("avif")) {
			return "image/avif"
		}
		return "image/heif"
	case "M4A ", "M4B ":
		return "audio/mp4"
	default:
		return "video/mp4"
	}
}

// sniffSVG skips what may stand before the root element.
func sniffSVG(head []byte) string {
	s := strings.TrimPrefix(string(head), bom)
	for s = strings.TrimSpace(s); ; s = strings.TrimSpace(s) {
		switch {
		case strings.HasPrefix(s, "<svg"):
			return "image/svg+xml"
		case strings.HasPrefix(s, "<?xml"):
			_, s, _ = strings.Cut(s, "?>")
		case strings.HasPrefix(s, "<!--"):
			_, s, _ = strings.Cut(s, "-->")
		case strings.HasPrefix(s, "<!DOCTYPE svg"):
			return "image/svg+xml"
		default:
			return ""
		}
	}
}

// sniffMPEG recognises a frame of MPEG audio without a tag before it, and AAC in ADTS.
func sniffMPEG(head []byte) string {
	if len(head) < 4 || head[0] != 0xFF || head[1]&0xE0 != 0xE0 {
		return ""
	}
	version, layer, rate := head[1]>>3&3, head[1]>>1&3, head[2]>>2&3
	switch {
	case head[1]&0xF6 == 0xF0:
		return "audio/aac"
	case version != 1 && layer != 0 && rate != 3 && head[2]>>4 != 15:
		return "audio/mpeg"
	}
	return ""
}
