/* SPDX-License-Identifier: Apache-2.0 */
/*
 * BhComparison: one device that asks to be paired by a code which people compare. Private to the
 * room; a plain value without a clock, in memory only: it is over within minutes.
 */
#pragma once

#include "pairing-proof.h"

/* From the request on; what a person needs to walk over and compare. */
#define BH_COMPARISON_LIFETIME_MS (3 * G_GINT64_CONSTANT(60000))

/* A device opens its commitment at once; who does not is not left to hold a place. */
#define BH_COMPARISON_OPEN_WITHIN_MS (20 * G_GINT64_CONSTANT(1000))

/* A code typed for this very request; then the two sides do not see the same thing. */
#define BH_COMPARISON_MAX_WRONG_CODES 3

typedef enum {
  BH_COMPARISON_WAITING,   /* -> OPEN once the nonce is known; until then there is no code */
  BH_COMPARISON_OPEN,      /* a person may look: -> ACCEPTING, -> REFUSED */
  BH_COMPARISON_ACCEPTING, /* the commit is under way: -> ACCEPTED, or -> OPEN if it fails */
  BH_COMPARISON_ACCEPTED,  /* the device fetches its answer */
  BH_COMPARISON_REFUSED,
} BhComparisonState;

typedef struct {
  char *request_id;
  BhComparisonState state;
  guint8 public_key[BH_DEVICE_KEY_BYTES];
  guint8 commitment[32];
  guint8 hub_nonce[BH_PAIRING_NONCE_BYTES];
  guint8 device_nonce[BH_PAIRING_NONCE_BYTES]; /* from OPEN on */
  char code[BH_PAIRING_CODE_DIGITS + 1];       /* from OPEN on */
  char *name;                                  /* may be "" */
  char *address;
  guint wrong_codes;
  gint64 created_ms;  /* of the clock that runs on, as the deadline */
  gint64 deadline_ms; /* when it is over, or forgotten */
  char *device_id;    /* (nullable): from ACCEPTED on */
} BhComparison;

/** bh_comparison_new: with a fresh id and nonce. @address: (nullable) */
BhComparison *bh_comparison_new(const BhRequestBody *body, const char *address, gint64 utc_ms,
                                gint64 run_ms);
void bh_comparison_free(BhComparison *comparison);

/** bh_comparison_is_live: whether it counts towards the caps. */
gboolean bh_comparison_is_live(const BhComparison *comparison);

/**
 * bh_comparison_open:
 *
 * WAITING -> OPEN; nothing but a check where it is open already (a lost answer).
 *
 * Returns: %FALSE: nonce or signature are not those of this request; its state stays
 */
gboolean bh_comparison_open(BhComparison *comparison, const guint8 *hub_key,
                            const BhOpenBody *body);

/** bh_comparison_knows: whether @nonce is the device's own. */
gboolean bh_comparison_knows(const BhComparison *comparison, const guint8 *nonce);

/** bh_comparison_finish: -> ACCEPTED with @device_id, or -> REFUSED with %NULL. */
void bh_comparison_finish(BhComparison *comparison, const char *device_id, gint64 run_ms);
