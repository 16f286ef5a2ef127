/* SPDX-License-Identifier: Apache-2.0 */
/*
 * BhNotices: what the desktop tells a person who does not look at the window: a device asks to be
 * let in, a printer waits for somebody, a kitchen screen has fallen silent. Each with what can be
 * done about it at once, told once, and taken back when it is over.
 */
#pragma once

#include <gio/gio.h>

#include "house-model.h"

typedef struct _BhNotices BhNotices;

/**
 * bh_notices_new: references @model; @app outlives it.
 *
 * Adds to @app the actions that the notices' buttons stand for: accept-request(s),
 * decline-request(s) and dismiss-alert(s).
 */
BhNotices *bh_notices_new(BhHouseModel *model, GApplication *app);

/** bh_notices_free: takes back what is still told. */
void bh_notices_free(BhNotices *notices);

/** bh_notices_tell_background: that the program goes on although its window is closed; once. */
void bh_notices_tell_background(BhNotices *notices);
