package chart

import (
	"compress/gzip"
	"embed"
	"io"
	"strings"
	"sync"
	"unicode"

	"github.com/go-analyze/charts/chartdraw/drawing"
	"github.com/golang/freetype/truetype"
	"golang.org/x/text/unicode/norm"
)

// fontFiles are the fonts for what the library's own (Noto Sans: Latin, Greek, Cyrillic) has no glyphs for; their
// licences lie beside them.
//
//go:embed fonts/*.ttf.gz
var fontFiles embed.FS

// The fallback fonts are unpacked with the first text that needs them: most charts need none.
var (
	eastAsian = sync.OnceValue(func() *truetype.Font { return readFont("DroidSansFallback") })      //nolint:gochecknoglobals // never changed after it is read
	symbols   = sync.OnceValue(func() *truetype.Font { return readFont("DejaVuSans-subset") })      //nolint:gochecknoglobals // the same
	thai      = sync.OnceValue(func() *truetype.Font { return readFont("NotoSansThaiLao-subset") }) //nolint:gochecknoglobals // the same
)

func readFont(name string) *truetype.Font {
	file, err := fontFiles.Open("fonts/" + name + ".ttf.gz")
	if err != nil {
		return nil
	}
	unpacked, err := gzip.NewReader(file)
	if err != nil {
		return nil
	}
	octets, err := io.ReadAll(unpacked)
	if err != nil {
		return nil
	}
	font, err := truetype.Parse(octets)
	if err != nil {
		return nil
	}
	return font
}

func latin(bold bool) *truetype.Font {
	if bold {
		return drawing.GetFont("notosans-bold")
	}
	return drawing.GetFont("notosans")
}

// textRun is a piece of a text that one font has all glyphs of.
type textRun struct {
	font         *truetype.Font
	text         string
	right, above float64 // how far it is moved, in parts of the letters' size
}

// textRuns cuts a text into pieces by font, in the order in which they stand on paper.
func textRuns(text string, bold bool) (runs []textRun) {
	letters := visualOrder(text)
	for i, r := range letters {
		font := fontFor(r, bold)
		right, above := moved(letters, i)
		if n := len(runs); n > 0 && runs[n-1].font == font && runs[n-1].right == right && runs[n-1].above == above {
			runs[n-1].text += string(r)
			continue
		}
		runs = append(runs, textRun{font, string(r), right, above})
	}
	return runs
}

// fontFor is the first font with a glyph for the character; without any, the first draws its box for what is missing.
func fontFor(r rune, bold bool) *truetype.Font {
	first := latin(bold)
	if r < 0x250 || first.Index(r) != 0 {
		return first
	}
	if font := otherFont(r); font != nil {
		return font
	}
	return first
}

// otherFont is the fallback font with a glyph for the character, nil without any.
func otherFont(r rune) *truetype.Font {
	others := []func() *truetype.Font{symbols, eastAsian}
	if isThai(r) {
		others = []func() *truetype.Font{thai}
	}
	for _, more := range others {
		if font := more(); font != nil && font.Index(r) != 0 {
			return font
		}
	}
	return nil
}

// hasGlyph tells whether a character can be drawn.
func hasGlyph(r rune) bool {
	return r < 0x250 || latin(false).Index(r) != 0 || otherFont(r) != nil
}

// maxLabel bounds a text in a chart, in characters.
const maxLabel = 200

// cleanLabel makes one line of composed characters out of any text, without the pictures that no font of ours has. What
// keeps Persian letters apart stays.
func cleanLabel(text string) string {
	const apart = '\u200c'
	clean := []rune(strings.Join(strings.Fields(strings.Map(func(r rune) rune {
		switch {
		case unicode.IsSpace(r):
			return ' '
		case r == apart:
			return r
		case unicode.IsControl(r), unicode.In(r, unicode.Cf, unicode.Variation_Selector), isEmoji(r):
			return -1
		}
		return r
	}, norm.NFC.String(strings.ToValidUTF8(text, "\uFFFD")))), " "))
	if len(clean) > maxLabel {
		return string(clean[:maxLabel-1]) + "…"
	}
	return string(clean)
}
