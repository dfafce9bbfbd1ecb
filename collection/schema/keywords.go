package schema

import "github.com/postern-dev/postern/mistake"

// holds says what a keyword has below it.
type holds int

const (
	holdsNothing holds = iota // that is a schema
	holdsSchema
	holdsSchemas // a list of schemas
	holdsNamed   // schemas by name
)

// keywords are those of JSON Schema 2020-12, and a few that other tools read
// and that change nothing.
func keywords() map[string]holds {
	all := map[string]holds{
		"additionalProperties": holdsSchema, "unevaluatedProperties": holdsSchema, "unevaluatedItems": holdsSchema,
		"items": holdsSchema, "contains": holdsSchema, "propertyNames": holdsSchema, "contentSchema": holdsSchema,
		"not": holdsSchema, "if": holdsSchema, "then": holdsSchema, "else": holdsSchema,
		"allOf": holdsSchemas, "anyOf": holdsSchemas, "oneOf": holdsSchemas, "prefixItems": holdsSchemas,
		"properties": holdsNamed, "patternProperties": holdsNamed, "$defs": holdsNamed, "definitions": holdsNamed,
		"dependentSchemas": holdsNamed,
	}
	for _, name := range []string{
		"$schema", "$id", "$ref", "$anchor", "$comment", "type", "enum", "const", "format", "minLength", "maxLength", "pattern",
		"minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf", "minItems", "maxItems", "uniqueItems",
		"minContains", "maxContains", "minProperties", "maxProperties", "required", "dependentRequired",
		"title", "description", "default", "examples", "deprecated", "readOnly", "writeOnly", "contentEncoding", "contentMediaType",
		"example", "markdownDescription", "externalDocs",
	} {
		all[name] = holdsNothing
	}
	return all
}

// refused are keywords that would be read as something they are not, or as
// nothing, with what to write instead.
func refused() map[string]string {
	const dynamic = "is not supported: write $ref with a place in this schema"
	return map[string]string{
		"$dynamicRef": dynamic, "$recursiveRef": dynamic,
		"$dynamicAnchor": "is not supported: write $anchor", "$recursiveAnchor": "is not supported: write $anchor",
		"$vocabulary":     "is not supported: the keywords are those of JSON Schema 2020-12",
		"dependencies":    "is of an older draft: write dependentRequired or dependentSchemas",
		"additionalItems": "is of an older draft: write prefixItems, and items for the rest",
		"id":              "is of an older draft: write $id",
		"nullable":        "is of OpenAPI 3.0: write type: [string, \"null\"]",
		"discriminator":   "is of OpenAPI: write oneOf with a const in each",
	}
}

func names(all map[string]holds) []mistake.Name {
	var list []mistake.Name
	for name := range all {
		list = append(list, mistake.Names(name)...)
	}
	return list
}
