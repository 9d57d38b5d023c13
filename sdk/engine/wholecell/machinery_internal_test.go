package wholecell

import "testing"

// Erlang's loss formula, as tables of it have it, and what it is for: what is
// offered and not turned away is the load.
func TestWhatIsTurnedAwayIsOfferedAgain(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ offer, most, want float64 }{{1, 1, 0.5}, {5, 5, 0.2849}, {10, 10, 0.2146}, {20, 20, 0.1589}, {100, 100, 0.0757}, {0, 3, 0}} {
		if got := lossOf(tt.offer, tt.most); got < tt.want-5e-5 || got > tt.want+5e-5 {
			t.Errorf("of %v offered to %v a part %v is turned away, want %v", tt.offer, tt.most, got, tt.want)
		}
	}
	for _, tt := range []struct{ load, most float64 }{{100, 251}, {230, 251}, {245, 251}, {5, 6}} {
		offer := offered(tt.load, tt.most)
		if work := offer * (1 - lossOf(offer, tt.most)); !near(work, tt.load, 1e-3) || offer < tt.load {
			t.Errorf("%v are offered for a load of %v on %v, of which %v work", offer, tt.load, tt.most, work)
		}
	}
	if offer := offered(300, 251); offer < 1200 || offer > 1500 {
		t.Errorf("%v are offered for a load of 300 on 251, want as many as there may be", offer)
	}
}
