package luabind

import (
	"reflect"
)

// mimeAnswers are the functions that make messages about messages.
func mimeAnswers(rt *Runtime) []Function {
	return []Function{
		{"report", "(options: mime.ReportOptions): mime.Part",
			"Makes a multipart/report (RFC 6522): a delivery status notification, a receipt or a complaint. Types that nearly all values have are put in where they are missing: \"rfc822;\" before addresses, \"dns;\" before servers, \"smtp;\" before a diagnosis. " +
				"Send it with the null sender: `conn:send_message(report, { from = \"\" })`.",
			"local r = mime.report{ type = \"delivery-status\", text = \"Ann has moved.\", original = msg, fields = {\n  { [\"Reporting-MTA\"] = \"mx.example.org\" },\n  { [\"Final-Recipient\"] = \"ann@example.org\", Action = \"failed\", Status = \"5.1.6\" },\n} }",
			rt.mimeReport},
	}
}

// answerTypes describes their options and results.
func answerTypes() []string {
	return append(deliveryReportTypes(),
		optionsClass("mime.ReportOptions", reflect.TypeFor[reportOptions]()),
	)
}
