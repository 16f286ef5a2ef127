/* SPDX-License-Identifier: Apache-2.0 */
/*
 * BhWebRequest, inside the room.
 */
#pragma once

#include <libsoup/soup.h>

#include "web-server.h"

/* Longest body of a request (web-server.h). */
#define BH_WEB_MAX_BODY_BYTES ((gsize)1024 * 1024)

/**
 * bh_web_request_new: holds the response of @message back until it is answered.
 * @path: without its query
 * @remote: (transfer full): who asks
 */
BhWebRequest *bh_web_request_new(SoupServerMessage *message, const char *path, GHashTable *query,
                                 BhRemote *remote);

/** bh_web_respond_problem: for messages that no handler gets. */
void bh_web_respond_problem(SoupServerMessage *message, guint status, const char *code,
                            const char *detail);

/** bh_web_respond_text: */
void bh_web_respond_text(SoupServerMessage *message, guint status, const char *content_type,
                         const char *text);
