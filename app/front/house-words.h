/* SPDX-License-Identifier: Apache-2.0 */
/*
 * house-words: what the control API says, in a person's words, and what colour and shape go with
 * it. Pure: facts and times go in, sentences come out; no display, no clock.
 *
 * All texts are translated; those returned as (transfer full) are freed with g_free().
 */
#pragma once

#include <glib.h>

#include "json-text.h"

/* How a thing is. Never shown by its colour alone: an icon and words go with it. */
typedef enum {
  BH_TONE_QUIET,     /* nothing to say: switched off, not set up, not here */
  BH_TONE_GOOD,      /* as it should be */
  BH_TONE_BUSY,      /* under way; passes by itself */
  BH_TONE_ATTENTION, /* somebody should look */
  BH_TONE_STOPPED,   /* it does not work */
} BhTone;

/** bh_tone_get_class: Returns: the style class: "good" ... */
const char *bh_tone_get_class(BhTone tone);

/** bh_tone_get_icon: Returns: the name of a symbolic icon, another shape for each tone */
const char *bh_tone_get_icon(BhTone tone);

/** bh_tone_get_word: Returns: one word for who sees neither: "Good" */
const char *bh_tone_get_word(BhTone tone);

/* --- roles --- */

/* Roles that a device may have, in the order in which they are offered. */
#define BH_N_ROLE_WORDS 5
extern const char *const bh_role_names[BH_N_ROLE_WORDS];

/** bh_role_words_title: Returns: "Staff"; @role itself where it is not known */
const char *bh_role_words_title(const char *role);

/** bh_role_words_hint: Returns: what it is for, a few words; "" where it is not known */
const char *bh_role_words_hint(const char *role);

const char *bh_role_words_icon(const char *role);

/* --- time --- */

/** bh_words_ago: Returns: (transfer full): "just now", "2 min ago", "yesterday", "12 March" */
char *bh_words_ago(gint64 at_ms, gint64 now_ms);

/** bh_words_exact: Returns: (transfer full): date and time as the locale writes them */
char *bh_words_exact(gint64 at_ms);

/* --- things --- */

/** bh_device_words_line: Returns: (transfer full): "Staff, here now" or "Kitchen, 2 min ago" */
char *bh_device_words_line(const json_t *device, gint64 now_ms, BhTone *tone);

/** bh_device_words_by_role: Returns: (transfer full): "3 staff, 1 kitchen screen"; of an array */
char *bh_device_words_by_role(const json_t *devices);

/** bh_alert_words_line: Returns: (transfer full) */
char *bh_alert_words_line(const json_t *alert);

/** bh_cloud_words_line: @cloud: (nullable) */
char *bh_cloud_words_line(const json_t *cloud, BhTone *tone);

/** bh_network_words_line: @status: (nullable): of the control API; how devices find the hub */
char *bh_network_words_line(const json_t *status, BhTone *tone);

/** bh_orders_words_line: @orders: (nullable): the control API's answer */
char *bh_orders_words_line(const json_t *orders);

/**
 * bh_saving_words_line: what stayed in the house, and what it would have cost elsewhere: a dollar
 * for a thousand calls to a cloud API and half a second for each.
 * @log: (nullable): of the status
 */
char *bh_saving_words_line(const json_t *log);
