/* SPDX-License-Identifier: Apache-2.0 */
/*
 * BhHttpStream: a connection as libsoup is given it, so that it notices the end of one that is kept
 * alive.
 *
 * libsoup 3.2 prepares for the next request without connecting anything to it until its first byte
 * (soup-server-message-io-http1.c: started_cb). Where the end comes instead, nobody is told: the
 * connection stays open for good, and every browser that leaves one behind takes a descriptor and a
 * place with it. So between two requests an end shows itself as one byte, which begins a request
 * that can never become one, and libsoup closes.
 */
#pragma once

#include <gio/gio.h>

#define BH_TYPE_HTTP_STREAM (bh_http_stream_get_type())
G_DECLARE_FINAL_TYPE(BhHttpStream, bh_http_stream, BH, HTTP_STREAM, GIOStream)

/** bh_http_stream_new: @base: whose halves can be polled; closed with this */
BhHttpStream *bh_http_stream_new(GIOStream *base);

/** bh_http_stream_set_idle: whether it is between two requests; at first it is not. */
void bh_http_stream_set_idle(BhHttpStream *self, gboolean is_idle);
