/* SPDX-License-Identifier: Apache-2.0 */
/*
 * web-headers: what a request must say of where it comes from and goes to, and what every response
 * says to the browser.
 */
#pragma once

#include <libsoup/soup.h>

/**
 * bh_web_headers_is_host_allowed:
 * @host: (nullable): the header: name or address, perhaps with a port
 * @names: (element-type utf8): further names that are ours, in lower case, as a set
 */
gboolean bh_web_headers_is_host_allowed(const char *host, GHashTable *names);

/**
 * bh_web_headers_is_origin_allowed:
 * @origin: (nullable): the header; browsers send one with every WebSocket and POST, others none
 * @host: the header, allowed already
 *
 * Whether the page that asks was served by us: same host and port, both loopback with the same
 * port, or one of our names.
 */
gboolean bh_web_headers_is_origin_allowed(const char *origin, const char *host, GHashTable *names);

/**
 * bh_web_headers_secure: the headers of every response.
 *
 * Pages may ask any address whether it answers, as they may by WebSocket: they look for the hub
 * where it was before. Says nothing of Strict-Transport-Security: guests and printers stay with
 * http.
 */
void bh_web_headers_secure(SoupMessageHeaders *headers);

/**
 * bh_web_headers_find_bearer:
 * @authorization: (nullable): the header (RFC 6750 section 2.1), foreign
 *
 * Returns: (transfer none) (nullable): the token: points into @authorization
 */
const char *bh_web_headers_find_bearer(const char *authorization);
