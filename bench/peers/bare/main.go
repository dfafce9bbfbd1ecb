// Command bare is net/http alone: it answers the bytes that it is given and
// checks nothing. Nothing that is built on net/http can be faster.
//
//	bare 127.0.0.1:8080 answers.json
package main

import (
	"encoding/json"
	"log"
	"net/http"
	"os"
)

// answer is what one path is answered.
type answer struct {
	Header http.Header
	Body   string
}

func main() {
	if len(os.Args) != 3 {
		log.Fatal("usage: bare ADDRESS ANSWERS")
	}
	raw, err := os.ReadFile(os.Args[2])
	if err != nil {
		log.Fatal(err)
	}
	var answers map[string]answer
	if err := json.Unmarshal(raw, &answers); err != nil {
		log.Fatal(err)
	}
	for path, a := range answers {
		body := []byte(a.Body)
		http.HandleFunc(path, func(w http.ResponseWriter, _ *http.Request) {
			header := w.Header()
			for name, values := range a.Header {
				header[name] = values
			}
			_, _ = w.Write(body)
		})
	}
	log.Fatal(http.ListenAndServe(os.Args[1], nil))
}
