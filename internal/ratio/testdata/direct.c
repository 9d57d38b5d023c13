/* Gillespie's direct method (J. Phys. Chem. 81, 2340, 1977) as textbooks have it,
 * for package ratio to compare with: a network by mass action, a search from the
 * first reaction on, and propensities worked out anew where a reaction's species
 * changed (Gibson and Bruck, J. Phys. Chem. A 104, 1876, 2000, have the graph of
 * dependencies). Random numbers are those of xorshift64* (Vigna, ACM Trans. Math.
 * Softw. 42, 30, 2016).
 *
 * It reads from standard input: the numbers of species and reactions, the end in
 * seconds and a seed; the counts; for each reaction its rate constant, how many
 * reactants, each with how many molecules, and how many changes, each with its
 * size. It writes how many reactions happened, and the seconds of processor time
 * that took, without the reading. */
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

struct term {
	int species, count;
};

struct reaction {
	double rate;
	int takes, changes, depends;
	struct term *take, *change;
	int *depend;
};

static uint64_t state;

static double uniform(void) /* in (0, 1) */
{
	state ^= state >> 12;
	state ^= state << 25;
	state ^= state >> 27;
	return ((double)((state * 2685821657736338717u) >> 12) + 0.5) / 4503599627370496.0;
}

static double propensity(const struct reaction *r, const double *x)
{
	double a = r->rate;
	for (int i = 0; i < r->takes; i++) {
		double n = x[r->take[i].species];
		switch (r->take[i].count) {
		case 1:
			a *= n;
			break;
		case 2:
			a *= n * (n - 1) / 2;
			break;
		default: /* binomial(n, count) */
			for (int k = 0; k < r->take[i].count; k++)
				a *= (n - k) / (k + 1);
		}
	}
	return a;
}

static void *room(size_t n, size_t size)
{
	void *p = calloc(n + 1, size);
	if (p == NULL) {
		fputs("no memory\n", stderr);
		exit(1);
	}
	return p;
}

static void get(const char *form, void *to)
{
	if (scanf(form, to) != 1) {
		fputs("the network ends early\n", stderr);
		exit(1);
	}
}

static struct term *terms(int *n)
{
	get("%d", n);
	struct term *t = room(*n, sizeof *t);
	for (int i = 0; i < *n; i++) {
		get("%d", &t[i].species);
		get("%d", &t[i].count);
	}
	return t;
}

static int touches(const struct reaction *by, const struct reaction *r)
{
	for (int i = 0; i < by->changes; i++)
		for (int k = 0; k < r->takes; k++)
			if (by->change[i].species == r->take[k].species)
				return 1;
	return 0;
}

int main(void)
{
	int species, reactions;
	double until;
	get("%d", &species);
	get("%d", &reactions);
	get("%lf", &until);
	unsigned long long seed;
	get("%llu", &seed);
	state = seed * 2654435769u + 88172645463325252u;
	double *x = room(species, sizeof *x), *a = room(reactions, sizeof *a);
	for (int i = 0; i < species; i++)
		get("%lf", &x[i]);
	struct reaction *all = room(reactions, sizeof *all);
	for (int j = 0; j < reactions; j++) {
		get("%lf", &all[j].rate);
		all[j].take = terms(&all[j].takes);
		all[j].change = terms(&all[j].changes);
	}
	for (int j = 0; j < reactions; j++) {
		all[j].depend = room(reactions, sizeof *all[j].depend);
		for (int k = 0; k < reactions; k++)
			if (touches(&all[j], &all[k]))
				all[j].depend[all[j].depends++] = k;
	}

	clock_t start = clock();
	double total = 0, t = 0;
	unsigned long long events = 0;
	for (;;) {
		if (events % 10000 == 0) { /* sums of differences go astray */
			total = 0;
			for (int j = 0; j < reactions; j++)
				total += a[j] = propensity(&all[j], x);
		}
		if (total <= 0)
			break;
		t -= log(uniform()) / total;
		if (t > until)
			break;
		double u = uniform() * total;
		int j = 0;
		while (j < reactions - 1 && (u -= a[j]) >= 0)
			j++;
		const struct reaction *r = &all[j];
		for (int i = 0; i < r->changes; i++)
			x[r->change[i].species] += r->change[i].count;
		for (int i = 0; i < r->depends; i++) {
			int k = r->depend[i];
			double now = propensity(&all[k], x);
			total += now - a[k];
			a[k] = now;
		}
		events++;
	}
	printf("%llu %.9f\n", events, (double)(clock() - start) / CLOCKS_PER_SEC);
	return 0;
}
