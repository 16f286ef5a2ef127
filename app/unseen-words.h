/* SPDX-License-Identifier: Apache-2.0 */
/* What the window and the terminal say of a ticket that no kitchen screen has shown. */
#pragma once

#include <glib.h>
#include <jansson.h>

/**
 * bh_unseen_words_line:
 * @subject: of an alert `ticket-unseen` (alert-desk.h); what it lacks is left out
 *
 * Returns: (transfer full): a sentence without its full stop, in the person's language
 */
char *bh_unseen_words_line(const json_t *subject);
