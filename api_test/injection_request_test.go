package api_test

import (
	"net/url"
	"strings"
)

func attacksOnSQL() (rows []attack) {
	tries := []string{
		"' OR '1'='1", "'; DROP TABLE notes; --", `" OR ""="`, "1) OR (1=1", "x' UNION SELECT secret FROM secrets --", "$1", "?1", ":a", "%' OR 1=1 --",
		"\\' OR 1=1 --", "/**/OR/**/1=1", "a'||(SELECT pg_sleep(10))||'", "a\x1a'", "ʼ OR 1=1", "＇ OR 1=1 --", "0x27204f5220", "E'\\047 OR 1=1'", "$$; DROP TABLE notes; $$",
	}
	for _, try := range tries {
		q := url.QueryEscape(try)
		list, id := attack{status: 200}, attack{status: 404, code: "document_not_found"}
		if strings.Contains(try, `\`) {
			list = attack{status: 400, code: "query_invalid"} // a backslash escapes a comma there
		}
		if strings.Contains(try, "/") {
			id.code = "not_found"
		}
		rows = append(rows,
			attack{"a value: " + try, getting("/api/v1/notes?filter[title]=" + q), "", 200, "", false},
			attack{"the beginning of a value: " + try, getting("/api/v1/notes?filter[title][startsWith]=" + q), "", 200, "", false},
			attack{"a list of values: " + try, getting("/api/v1/notes?filter[title][in]=" + q + ",a"), "", list.status, list.code, false},
			attack{"a member: " + try, getting("/api/v1/notes?filter[" + q + "]=a"), "", 400, "query_invalid", false},
			attack{"a path of members: " + try, getting("/api/v1/notes?filter[title." + q + "]=a"), "", 400, "query_invalid", false},
			attack{"an operator: " + try, getting("/api/v1/notes?filter[title][" + q + "]=a"), "", 400, "query_invalid", false},
			attack{"an order: " + try, getting("/api/v1/notes?sort=" + q), "", 400, "query_invalid", false},
			attack{"an order behind another: " + try, getting("/api/v1/notes?sort=title," + q), "", 400, "query_invalid", false},
			attack{"fields: " + try, getting("/api/v1/notes?fields=" + q), "", 400, "query_invalid", false},
			attack{"a limit: " + try, getting("/api/v1/notes?limit=" + q), "", 400, "query_invalid", false},
			attack{"a count: " + try, getting("/api/v1/notes?count=" + q), "", 400, "query_invalid", false},
			attack{"a cursor: " + try, getting("/api/v1/notes?cursor=" + q), "", 400, "cursor_invalid", false},
			attack{"a position: " + try, getting("/api/v1/notes/changes?wait=0&since=" + q), "", 400, "position_invalid", false},
			attack{"a position in a header: " + try, getting("/api/v1/notes/changes?wait=0", "Last-Event-ID: "+strings.ReplaceAll(try, "\x1a", "")), "", 400, "position_invalid", false},
			attack{"a collection: " + try, getting("/api/v1/" + url.PathEscape(try)), "", 404, "not_found", false},
			attack{"collections: " + try, getting("/api/v1/changes?wait=0&collections=" + q), "", 400, "query_invalid", false},
			attack{"an id: " + try, getting("/api/v1/notes/" + url.PathEscape(try)), "", id.status, id.code, false},
			attack{"a boolean: " + try, getting("/api/v1/notes?filter[done]=" + q), "", 400, "query_invalid", false},
			attack{"a number: " + try, getting("/api/v1/notes?filter[priority]=" + q), "", 400, "query_invalid", false},
			attack{"a time: " + try, getting("/api/v1/notes?filter[due][gte]=" + q), "", 400, "query_invalid", false},
		)
	}
	return rows
}

func attacksOnPaths() []attack {
	return []attack{
		{"dots", getting("/api/v1/notes/../../../etc/passwd"), "", 404, "not_found", false},
		{"escaped dots", getting("/api/v1/%2e%2e/%2e%2e/etc/passwd"), "", 404, "not_found", false},
		{"dots escaped twice", getting("/api/v1/notes/%252e%252e"), "", 404, "document_not_found", false},
		{"escaped dots for an id", getting("/api/v1/notes/%2e%2e"), "", 404, "document_not_found", false},
		{"an escaped slash in an id", getting("/api/v1/notes/a%2fb"), "", 404, "not_found", false},
		{"an escaped slash before a foreign id", getting("/api/v1/tasks/x%2f..%2f$foreign"), "", 404, "not_found", false},
		{"an escaped backslash", getting("/api/v1/notes/..%5c..%5cx"), "", 404, "document_not_found", false},
		{"a backslash", getting(`/api/v1/notes/..\..\x`), "", 404, "document_not_found", true},
		{"a second slash", getting("/api/v1//notes"), "", 404, "not_found", false},
		{"slashes in front", getting("//api/v1/notes"), "", 404, "not_found", false},
		{"a slash behind", getting("/api/v1/notes/"), "", 404, "not_found", false},
		{"a semicolon behind the collection", getting("/api/v1/notes;x=1"), "", 404, "not_found", false},
		{"a semicolon behind a foreign id", getting("/api/v1/notes/$foreign;x"), "", 404, "document_not_found", false},
		{"a NUL behind a foreign id", getting("/api/v1/notes/$foreign%00"), "", 404, "document_not_found", false},
		{"a NUL in a collection", getting("/api/v1/notes%00"), "", 404, "not_found", false},
		{"a line end in a path", getting("/api/v1/notes%0d%0aInjected:%201"), "", 404, "not_found", false},
		{"an overlong dot", getting("/api/v1/notes/%c0%ae%c0%ae"), "", 404, "document_not_found", false},
		{"an overlong slash", getting("/api/v1/notes/%c0%af$foreign"), "", 404, "document_not_found", false},
		{"bytes that are no text", getting("/api/v1/notes/%ff%fe"), "", 404, "document_not_found", false},
		{"capitals", getting("/API/V1/NOTES"), "", 404, "not_found", false},
		{"a collection in capitals", getting("/api/v1/Notes"), "", 404, "not_found", false},
		{"half an escape", getting("/api/v1/notes/%2"), "", 400, "", true},
		{"an absolute address of another host", getting("http://evil.example/api/v1/notes/$foreign"), "", 404, "document_not_found", false},
		{"a fragment", getting("/api/v1/notes/$foreign#x"), "", 404, "document_not_found", true},
		{"TRACE", "TRACE /api/v1/notes HTTP/1.1\r\n", "", 405, "method_not_allowed", false},
		{"CONNECT", "CONNECT /api/v1/notes HTTP/1.1\r\n", "", 405, "method_not_allowed", true},
		{"a method of chance", "INJECTED /api/v1/notes HTTP/1.1\r\n", "", 405, "method_not_allowed", false},
		{"a method that is a token", "eyJhbGciOiJSUzI1NiJ9.e30 /api/v1/notes HTTP/1.1\r\n", "", 405, "method_not_allowed", false},
		{"a token in a path", getting("/api/v1/notes/TOKEN"), "", 404, "document_not_found", false},
		{"a token in an unknown path", getting("/callback/TOKEN"), "", 404, "not_found", false},
		{"what drivers and debuggers leave open", getting("/debug/pprof/heap"), "", 404, "not_found", false},
		{"metrics", getting("/metrics"), "", 404, "not_found", false},
		{"the tenant's drills", sending("POST", "/dev/rotate"), "", 404, "not_found", false},
	}
}

func attacksOnHeaders() []attack {
	return []attack{
		{"a line end in a request id", getting("/nowhere", "X-Request-Id: a\r\nInjected: 1"), "", 404, "not_found", false},
		{"terminal codes in an origin", getting("/nowhere", "X-A: b") + "Origin: https://a\x1b[2J\u009b2J\u202e.example\r\n", "", 404, "not_found", true},
		{"JSON in a user agent", getting("/nowhere", `User-Agent: "}{"injected":"1`), "", 404, "not_found", false},
		{"JSON in an idempotency key", sending("POST", "/api/v1/notes", `Idempotency-Key: "},{"injected":"1`), `{"title":"a"}`, 400, "header_invalid", false},
		{"SQL in an idempotency key", sending("POST", "/api/v1/notes", `Idempotency-Key: ' OR 1=1 --`), `{"title":"a"}`, 400, "header_invalid", false},
		{"a key without end", sending("POST", "/api/v1/notes", "Idempotency-Key: "+strings.Repeat("k", 30_000)), `{"title":"a"}`, 400, "header_invalid", false},
		{"SQL in an entity tag", sending("PATCH", "/api/v1/notes/$note", `If-Match: "'OR/**/1=1--"`), `{"title":"a"}`, 412, "precondition_failed", false},
		{"an entity tag that is not closed", sending("PATCH", "/api/v1/notes/$note", `If-Match: "$notetag`), `{"title":"a"}`, 400, "header_invalid", false},
		{"10,000 entity tags", sending("PATCH", "/api/v1/notes/$note", "If-Match: "+strings.Repeat(`"",`, 10_000)), `{"title":"a"}`, 400, "header_invalid", false},
		{"another host", getting("/api/v1/notes/$foreign", "X-Forwarded-Host: evil.example", "X-Original-Url: /api/v1/notes/$note", "X-Http-Method-Override: DELETE"), "", 404, "document_not_found", false},
		{"another user", getting("/api/v1/notes/$foreign", "X-User: grace", "X-Forwarded-User: grace", "X-Remote-User: grace"), "", 404, "document_not_found", false},
		{"a length twice", "POST /api/v1/notes HTTP/1.1\r\nContent-Length: 3\r\n", `{"title":"a"}`, 400, "", true},
		{"a length and chunks", "POST /api/v1/notes HTTP/1.1\r\nAuthorization: Bearer TOKEN\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n", "0\r\n\r\n", 400, "json_invalid", true},
		{"a name with a blank", getting("/api/v1/me", "Injected : 1"), "", 400, "", true},
		{"a folded field", getting("/api/v1/me", "X-A: b\r\n\tInjected: 1"), "", 200, "", true},
		{"20 KiB of a range", getting("/api/v1/notes", "Range: bytes="+strings.Repeat("0-,", 7000)), "", 200, "", false},
	}
}
