/* SPDX-License-Identifier: Apache-2.0 */
/*
 * BhPairingLinks: the links that are open, and those of the last day, so that an answer can say
 * what became of one. Private to the room; without a clock and without the store: both are passed.
 *
 * Once a link is here its time is measured by the clock that runs on (monotonic): on a computer
 * that learns the time of day only after its start, links neither expire at once nor live longer.
 */
#pragma once

#include "pairing-link.h"

#define BH_PAIRING_LINK_LIFETIME_MS   (10 * G_GINT64_CONSTANT(60000))
#define BH_PAIRING_LINK_REMEMBERED_MS (24 * G_GINT64_CONSTANT(3600000))

/* Open at a time: more than a property hires in ten minutes. */
#define BH_PAIRING_LINKS_MAX_OPEN 64
/* With those remembered. */
#define BH_PAIRING_LINKS_MAX 1024

/* The same moment on both clocks. */
typedef struct {
  gint64 utc_ms;
  gint64 run_ms; /* of the clock that runs on */
} BhPairingTime;

typedef struct _BhPairingLinks BhPairingLinks;

BhPairingLinks *bh_pairing_links_new(void);
void bh_pairing_links_free(BhPairingLinks *links);

/** bh_pairing_links_count_open: */
guint bh_pairing_links_count_open(BhPairingLinks *links);

/** bh_pairing_links_take: @link: (transfer full): new, or from the store */
void bh_pairing_links_take(BhPairingLinks *links, BhPairingLink *link, const BhPairingTime *now);

/** bh_pairing_links_find: Returns: (transfer none) (nullable): gone with the next tidy() */
BhPairingLink *bh_pairing_links_find(BhPairingLinks *links, const char *link_id);

/** bh_pairing_links_mark_used: */
void bh_pairing_links_mark_used(BhPairingLinks *links, const char *link_id,
                                const BhPairingTime *now);

/**
 * bh_pairing_links_tidy:
 *
 * Expires and forgets what is over.
 *
 * Returns: (transfer full) (nullable): what the store has to do; %NULL: nothing has changed
 */
BhPairingTidy *bh_pairing_links_tidy(BhPairingLinks *links, const BhPairingTime *now);

/** bh_pairing_links_get_deadline_ms: Returns: when to tidy next; G_MAXINT64: never */
gint64 bh_pairing_links_get_deadline_ms(BhPairingLinks *links);
