/* SPDX-License-Identifier: Apache-2.0 */
/*
 * sleep-notice: what the operating system knows of the computer's sleep: a word when it wakes, and
 * a clock that goes on meanwhile. One file a system: logind on Linux; its shape is also that of
 * Windows' power notifications, which call back whenever they like.
 */
#pragma once

#include <glib.h>

typedef struct _BhSleepNotice BhSleepNotice;

/* The computer woke up just now; from the main context that made the notice. */
typedef void (*BhSleepNoticeWoke)(gpointer user_data);

/**
 * bh_sleep_notice_new:
 *
 * Returns at once; where nobody is there to tell, nothing ever comes.
 *
 * Returns: (transfer full)
 */
BhSleepNotice *bh_sleep_notice_new(BhSleepNoticeWoke woke, gpointer user_data);

/** bh_sleep_notice_free: no callback after it. */
void bh_sleep_notice_free(BhSleepNotice *notice);

/** bh_sleep_notice_get_time_us: since some moment, the computer's sleep included; nobody sets it */
gint64 bh_sleep_notice_get_time_us(void);
