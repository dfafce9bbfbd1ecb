package api_test

import "testing"

// TestStories has browsers and other programs live through what people do with
// Postern. They wait more than they compute, for each other and for clocks, but
// a page that has to share two processors with many is too slow for its user:
// so two at a time, and the long ones first.
func TestStories(t *testing.T) {
	places := make(chan struct{}, 2)
	for _, tt := range []struct {
		name string
		tell func(*testing.T)
	}{
		{"SessionExample", sessionExampleStory},
		{"Playground", playgroundStory},
		{"Notes", notesStory},
		{"Browser", browserStory},
		{"ReactExample", reactExampleStory},
		{"Auth0SPASDK", sdkStory},
		{"TypedClient", typedClientStory},
		{"PostmanCollection", postmanStory},
		{"Live", liveStory},
		{"FetchExample", fetchExampleStory},
		{"Inspector", inspectorStory},
		{"Reference", referenceStory},
		{"ThreeSettings", threeSettingsStory},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			places <- struct{}{}
			defer func() { <-places }()
			tt.tell(t)
		})
	}
}
