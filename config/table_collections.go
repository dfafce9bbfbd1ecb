package config

// collectionsTable answers: which documents are kept, and who may do what with
// them? What is in these keys is read by package collection/declare.
func collectionsTable() []setting {
	return []setting{
		{
			key:     "collections",
			example: "{notes: {owner: true, read: owner, write: owner}}",
			doc:     "The collections of documents, by name; see [collections](collections.md).",
			set: func(s *Settings, v value) []fault {
				if v.kind != aMapping {
					return v.mustBe("a mapping of names to collections")
				}
				s.Collections = v.tree
				return nil
			},
		},
		{
			key:     "tests",
			example: "[{do: GET /notes, expect: 401}]",
			doc:     "Requests with the answer that the rules of the collections have to give; `postern check` tries them.",
			set: func(s *Settings, v value) []fault {
				if v.kind != aList {
					return v.mustBe("a list of tests")
				}
				s.Tests = v.tree
				return nil
			},
		},
	}
}
