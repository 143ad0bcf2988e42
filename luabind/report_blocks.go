package luabind

import (
	"fmt"

	"moonpost/report"

	lua "github.com/yuin/gopher-lua"
)

// reportBlocks are the parts beside texts, tables and pictures.
func reportBlocks(rt *Runtime) []Function {
	return []Function{
		{"details", "(details: report.Detail[]): report.Part",
			"Titles and values, a pair in each line: what there is to know of one order, machine or person. Each is a list of the two, with `format` and `link` where they are wanted.",
			"local page = report.page{ report.details{ { \"Order\", 4711 }, { \"Sum\", \"1204.50\", format = \"€ #,##0.00\" }, { \"Shop\", \"Berlin\", link = \"https://example.org/berlin\" } } }\n" +
				"print(page:text())\n--> Order: 4711\n--> Sum:   € 1,204.50\n--> Shop:  Berlin (https://example.org/berlin)",
			rt.reportDetails},
		{"callout", "(text: string, options?: report.CalloutOptions): report.Part",
			"A text in a box that is not to be missed. `kind` chooses its colour; the text must say by itself what it is about.",
			"local page = report.page{ report.callout(\"Two orders wait for longer than a day.\", { kind = \"warning\", title = \"Late\" }) }\nprint(page:text())\n--> ! Late\n--> ! Two orders wait for longer than a day.", rt.reportCallout},
		{"button", "(text: string, link: string): report.Part", "A link that stands out, for what the reader is to do. It leads to a whole http:, https:, mailto: or tel: address.",
			"print(report.page{ report.button(\"See all orders\", \"https://example.org/orders\") }:text()) --> See all orders: https://example.org/orders", rt.reportButton},
		{"footer", "(source: string): report.Part", "Small text below all else, in the Markdown of report.markdown: who writes, why, and how to get no more of it. Mail to many also has `list = { unsubscribe = … }` in mime.message.",
			"print(report.page{ report.footer(\"You get this every Monday. [Unsubscribe](https://example.org/off)\") }:text())\n--> You get this every Monday. Unsubscribe (https://example.org/off)", rt.reportFooter},
	}
}

// reportDetail is one of the details of report.details.
type reportDetail struct {
	Pair   []lua.LValue `lua:"[]" type:"string|number|boolean|time.Time" required:"true" doc:"the title and the value"`
	Format string       `lua:"format" doc:"how the value is shown: \"#,##0.00\", \"0%\", \"yyyy-mm-dd\""`
	Link   string       `lua:"link" doc:"where the value leads"`
}

func (rt *Runtime) reportDetails(L *lua.LState) int {
	const call = "report.details"
	var details []report.Detail
	eachTable(L, call, "detail", "their order counts: report.details{ { \"Order\", 4711 }, … }", func(where string, pair *lua.LTable) error {
		detail, err := detailOf(where, pair)
		details = append(details, detail)
		return err
	})
	block, err := report.NewDetails(details)
	return rt.pushBlock(L, call, block, err)
}

// eachTable reads the call's argument, a list of tables; false among them is none, as among the parts of a page. The
// hint is for a table that is no list.
func eachTable(L *lua.LState, call, what, hint string, read func(where string, t *lua.LTable) error) {
	list := argTable(L, call, 1, what+"s")
	if key, _ := optAfter(list, list.Len()); key != lua.LNil {
		raise(L, &argumentError{text: fmt.Sprintf("%s: %ss must be a list, which has no key %s", call, what, optQuote(key.String())), hint: hint})
	}
	for i := 1; i <= list.Len(); i++ {
		v := list.RawGetInt(i)
		if v == lua.LFalse {
			continue
		}
		where := fmt.Sprintf("%s: %s %d", call, what, i)
		t, ok := v.(*lua.LTable)
		if !ok {
			raiseArgument(L, where+" must be a table, got "+describe(v))
		}
		if err := read(where, t); err != nil {
			raise(L, err)
		}
	}
}

func detailOf(where string, pair *lua.LTable) (detail report.Detail, err error) {
	var o reportDetail
	if err := bindOptions(where, pair, &o); err != nil {
		return detail, err
	}
	title, ok := o.Pair[0].(lua.LString)
	if !ok || len(o.Pair) > 2 {
		return detail, &argumentError{text: where + " must be a title, which is a string, and a value", hint: `write { "Order", 4711 }`}
	}
	value := append(o.Pair, lua.LNil)[1] // nil makes the list shorter
	detail = report.Detail{Title: string(title), Link: o.Link}
	if detail.Value, ok = reportValue(value); !ok {
		return detail, &argumentError{text: fmt.Sprintf("%s: the value must be a string, number, boolean, time or nil, got %s", where, describe(value))}
	}
	detail.Format, err = report.ParseFormat(o.Format)
	return detail, inCall(where, err)
}

// reportCalloutOptions are the options of report.callout.
type reportCalloutOptions struct {
	Kind  string `lua:"kind" enum:"info,good,warning,bad" doc:"what it is about" default:"info"`
	Title string `lua:"title" doc:"a line above the text"`
}

func (rt *Runtime) reportCallout(L *lua.LState) int {
	const call = "report.callout"
	o := reportCalloutOptions{Kind: string(report.InfoCallout)}
	text := argString(L, call, 1, "text")
	checkOptions(L, call, 2, &o)
	block, err := report.NewCallout(report.CalloutKind(o.Kind), o.Title, text)
	return rt.pushBlock(L, call, block, err)
}

func (rt *Runtime) reportButton(L *lua.LState) int {
	const call = "report.button"
	block, err := report.NewButton(argString(L, call, 1, "text"), argString(L, call, 2, "link"))
	return rt.pushBlock(L, call, block, err)
}

func (rt *Runtime) reportFooter(L *lua.LState) int {
	const call = "report.footer"
	block, err := report.NewFooter(argString(L, call, 1, "source"))
	return rt.pushBlock(L, call, block, err)
}
