/* SPDX-License-Identifier: Apache-2.0 */
/*
 * SimPost: what the replicas of one host send. Each message is told with its text and a number, and
 * kept for a while under that number, so that it need not come back in full where it goes to a
 * replica of the same host.
 */
#pragma once

#include <glib.h>
#include <jansson.h>

/* Of the youngest messages; older ones have to be given in full. */
#define SIM_POST_KEPT 1024

typedef struct _SimPost SimPost;

SimPost *sim_post_new(void);
void sim_post_free(SimPost *post);

/** sim_post_send: @text: (transfer full): the message of @id on its @link */
void sim_post_send(SimPost *post, const char *id, const char *link, GBytes *text);

/** sim_post_read: Returns: (transfer full) (nullable): as it was sent; %NULL exactly when @error is
 * set: it is too old, or was never sent */
json_t *sim_post_read(const SimPost *post, gint64 number, GError **error);

/** sim_post_take: appends `[{id, link, number, message}]` of what was sent since the last time. */
void sim_post_take(SimPost *post, GString *out);
