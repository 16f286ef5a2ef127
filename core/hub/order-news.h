/* SPDX-License-Identifier: Apache-2.0 */
/*
 * BhOrderNews: tells bare integrators, who do not replicate, what they would else have to ask for:
 * `{type: "order", order}` when an order has got new lines, and `{type: "notification",
 * notification}` for messages to them (protocol section 3).
 *
 * By a data channel, else by the relay once they have said something by it. It is news and no log:
 * what is older than a day, an order that is closed, or a way that does not read is passed over.
 * `GET /api/v1/orders` has it all.
 *
 * Owned by the hub's log; one main context.
 */
#pragma once

#include "command-desk.h"
#include "log-desk.h"

typedef struct _BhOrderNews BhOrderNews;

/** bh_order_news_new: all but @state are referenced or borrowed for its life. */
BhOrderNews *bh_order_news_new(BhProperty *property, BhCommandDesk *commands, BhLogDesk *log,
                               BhHubState *state);
void bh_order_news_free(BhOrderNews *news);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(BhOrderNews, bh_order_news_free)
