/*
 * Tone mapping by the book: codes to light (SMPTE ST 2084, or ARIB STD-B67 with
 * the system gamma of a 1000 nit display), the knee of ITU-R BT.2390 from the
 * film's peak down to the 203 nits that BT.2408 calls white, from BT.2020 to
 * BT.709, and to sRGB codes.  What lies below the knee keeps its brightness, so
 * faces look as they were graded; what lies above is bent, not clipped.
 *
 * The knee is applied to the brightest of the three channels and the others
 * follow in proportion: hues stay.
 *
 * Pure arithmetic; the tables are made once for a curve and a peak.
 */
#include <math.h>
#include <string.h>

#include "indexer/reel_tone.h"

#define WHITE_NITS 203.0
#define PQ_NITS 10000.0
#define HLG_NITS 1000.0
#define HLG_GAMMA 1.2
#define STEPS 4096

/* The tables of the last curve and peak; a worker has one thread. */
static struct {
	int curve; /* -1: none yet */
	double peak_nits;
	float light[STEPS];        /* code -> nits; for HLG scene light, 0 to 1 */
	float gain[STEPS];         /* sqrt(nits / peak) -> factor to 1.0 = white */
	unsigned char code[STEPS]; /* sqrt(light) -> sRGB */
} tables = {.curve = -1};

static double
pq_to_nits(double code)
{
	double p = pow(code, 1.0 / 78.84375);
	double top = p - 0.8359375;

	return (top <= 0.0 ? 0.0
	    : PQ_NITS * pow(top / (18.8515625 - 18.6875 * p),
	    1.0 / 0.1593017578125));
}

static double
nits_to_pq(double nits)
{
	double p = pow(nits / PQ_NITS, 0.1593017578125);

	return (pow((0.8359375 + 18.8515625 * p) / (1.0 + 18.6875 * p),
	    78.84375));
}

static double
hlg_to_scene(double code)
{

	return (code <= 0.5 ? code * code / 3.0
	    : (exp((code - 0.55991073) / 0.17883277) + 0.28466892) / 12.0);
}

/* BT.2390's knee, black at 0. */
static double
bend(double nits, double peak_nits)
{
	double peak = nits_to_pq(peak_nits);
	double most = nits_to_pq(WHITE_NITS) / peak;
	double knee = 1.5 * most - 0.5;
	double e = nits_to_pq(nits) / peak, t, t2, t3;

	if (most >= 1.0 || e < knee)
		return (nits);
	t = (e - knee) / (1.0 - knee);
	t2 = t * t;
	t3 = t2 * t;
	e = (2.0 * t3 - 3.0 * t2 + 1.0) * knee +
	    (t3 - 2.0 * t2 + t) * (1.0 - knee) + (3.0 * t2 - 2.0 * t3) * most;

	return (pq_to_nits(e * peak));
}

static void
make_tables(enum reel_tone_curve curve, double peak_nits)
{
	double x, nits;
	int i;

	for (i = 0; i < STEPS; i++) {
		x = (double)i / (STEPS - 1);
		tables.light[i] = (float)(curve == REEL_TONE_PQ
		    ? pq_to_nits(x) : hlg_to_scene(x));
		nits = x * x * peak_nits;
		tables.gain[i] = (float)(1.0 / WHITE_NITS *
		    (nits > 0.0 ? bend(nits, peak_nits) / nits : 1.0));
		x *= x;
		x = x <= 0.0031308 ? 12.92 * x : 1.055 * pow(x, 1 / 2.4) - 0.055;
		tables.code[i] = (unsigned char)lround(255.0 * x);
	}
	tables.curve = (int)curve;
	tables.peak_nits = peak_nits;
}

static unsigned char
encode(float light)
{

	if (!(light > 0.0f))
		return (0);
	if (light >= 1.0f)
		return (255);

	return (tables.code[(int)(sqrtf(light) * (STEPS - 1) + 0.5f)]);
}

void
reel_tone_map(enum reel_tone_curve curve, double peak_nits,
    const uint16_t *from, unsigned char *to, size_t pixels)
{
	float r, g, b, most, gain, peak;
	size_t i;

	if (curve == REEL_TONE_HLG)
		peak_nits = HLG_NITS;
	if (!(peak_nits >= WHITE_NITS))
		peak_nits = WHITE_NITS;
	if (peak_nits > PQ_NITS)
		peak_nits = PQ_NITS;
	if (tables.curve != (int)curve || tables.peak_nits != peak_nits)
		make_tables(curve, peak_nits);
	peak = (float)peak_nits;
	for (i = 0; i < pixels; i++, from += 3, to += 3) {
		r = tables.light[from[0] >> 4];
		g = tables.light[from[1] >> 4];
		b = tables.light[from[2] >> 4];
		if (curve == REEL_TONE_HLG) {
			gain = 0.2627f * r + 0.678f * g + 0.0593f * b;
			gain = (float)HLG_NITS *
			    powf(gain, (float)(HLG_GAMMA - 1.0));
			r *= gain;
			g *= gain;
			b *= gain;
		}
		most = r > g ? r : g;
		most = most > b ? most : b;
		gain = most >= peak
		    ? tables.gain[STEPS - 1] * peak / most
		    : tables.gain[(int)(sqrtf(most / peak) * (STEPS - 1) + 0.5f)];
		r *= gain;
		g *= gain;
		b *= gain;
		to[0] = encode(1.6605f * r - 0.5876f * g - 0.0728f * b);
		to[1] = encode(-0.1246f * r + 1.1329f * g - 0.0083f * b);
		to[2] = encode(-0.0182f * r - 0.1006f * g + 1.1187f * b);
	}
}
