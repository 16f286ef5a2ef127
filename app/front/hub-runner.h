/* SPDX-License-Identifier: Apache-2.0 */
/*
 * BhHubRunner: sees to it that a hub runs on a state folder: in this process, unless another one
 * holds the folder already; then it leaves that one alone.
 *
 * Runs on the default main context. Signal `changed` (): state or words are others.
 */
#pragma once

#include <gio/gio.h>

#include "settings.h"

#define BH_TYPE_HUB_RUNNER (bh_hub_runner_get_type())
G_DECLARE_FINAL_TYPE(BhHubRunner, bh_hub_runner, BH, HUB_RUNNER, GObject)

typedef enum {
  BH_HUB_STARTING,
  BH_HUB_HERE,      /* serves, in this process */
  BH_HUB_ELSEWHERE, /* another process holds the folder; whether it answers its socket tells */
  BH_HUB_PAUSED,    /* a person wanted it so */
  BH_HUB_STOPPED,   /* it could not start; the words say why */
} BhHubPlace;

/** BhHubSettings: Returns: (transfer full) (nullable): %NULL exactly when @error is set */
typedef BhSettings *(*BhHubSettings)(gpointer user_data, GError **error);

/** bh_hub_runner_new: starts nothing yet. @make_settings: called at each start */
BhHubRunner *bh_hub_runner_new(BhHubSettings make_settings, gpointer user_data);

/** bh_hub_runner_start: also after a pause, and once more after BH_HUB_STOPPED; otherwise nothing.
 * Opens the folder at once (blocks briefly). */
void bh_hub_runner_start(BhHubRunner *runner);

/** bh_hub_runner_pause: the hub of this process stops serving; nothing where it is elsewhere. */
void bh_hub_runner_pause(BhHubRunner *runner);

/** bh_hub_runner_restart: with the settings as they are now; nothing where it is elsewhere. */
void bh_hub_runner_restart(BhHubRunner *runner);

/**
 * bh_hub_runner_take_over: where the other process does not answer: starts the hub here if the
 * folder is free by now.
 */
void bh_hub_runner_take_over(BhHubRunner *runner);

/** bh_hub_runner_stop: for good, nothing starts any more; commits what is left (blocks briefly);
 * may be called twice. */
void bh_hub_runner_stop(BhHubRunner *runner);

/** bh_hub_runner_is_running: whether there is a hub of this process, serving or about to. */
gboolean bh_hub_runner_is_running(BhHubRunner *runner);

BhHubPlace bh_hub_runner_get_place(BhHubRunner *runner);

/** bh_hub_runner_get_words: Returns: (transfer none): why it stopped, for a person; otherwise "" */
const char *bh_hub_runner_get_words(BhHubRunner *runner);
