/* SPDX-License-Identifier: Apache-2.0 */
/*
 * BhTaskBar: what becomes of one action: that it is under way, with a button to cancel it where it
 * can be; then what came of it, in a sentence. Takes no room while there is nothing to say.
 */
#pragma once

#include <gtk/gtk.h>

#define BH_TYPE_TASK_BAR (bh_task_bar_get_type())
G_DECLARE_FINAL_TYPE(BhTaskBar, bh_task_bar, BH, TASK_BAR, GtkBox)

/**
 * bh_task_bar_begin: an action begins; one that is under way here is cancelled.
 * @words: "Printing a test page"
 *
 * Returns: (transfer none): give it to the action; cancelled by the button, and when its window
 *   goes
 */
GCancellable *bh_task_bar_begin(BhTaskBar *bar, const char *words);

/**
 * bh_task_bar_begin_firm: the same, but without the button: for what the hub does once it is told,
 * whoever still listens to its answer.
 */
GCancellable *bh_task_bar_begin_firm(BhTaskBar *bar, const char *words);

/**
 * bh_task_bar_end:
 * @error: (nullable): why it did not work; shown with what to do. One that was cancelled says so;
 *   of an action that another one has taken the place of nothing is heard
 * @done: (nullable): what to say where it worked; %NULL: nothing
 *
 * Returns: %TRUE: it worked
 */
gboolean bh_task_bar_end(BhTaskBar *bar, const GError *error, const char *done);

/** bh_task_bar_is_busy: whether an action is under way. */
gboolean bh_task_bar_is_busy(BhTaskBar *bar);

/** bh_task_bar_clear: says nothing any more. */
void bh_task_bar_clear(BhTaskBar *bar);
