/* SPDX-License-Identifier: Apache-2.0 */
/*
 * http-api: the hub's HTTP routes (protocol section 6), mounted on the web server:
 *
 *   GET  /healthz              "ok" while the hub serves
 *   GET  /metrics              counters, Prometheus text format
 *   GET  /api/v1/status        the same for programs
 *   GET  /api/v1/printers      printers and their state
 *   GET  /api/v1/jobs          print jobs, newest first; ?limit=N
 *   POST /api/v1/jobs          {deviceId?, printJob}: 201 once it is on the disk
 *   POST /api/v1/jobs/reprint  {deviceId, jobId}: 202
 *   GET  /api/v1/paper         what the built-in printer printed
 */
#pragma once

#include "endpoint.h"
#include "print-desk.h"
#include "web-server.h"

/* What the routes speak of. Borrowed; must outlive the web server. */
typedef struct {
  const char *hub_id;
  const char *tenant_id;
  gint64 started_us; /* g_get_monotonic_time() */
  gboolean open;     /* without pairing only an open hub answers more than /healthz */
  BhSignalingServer *signaling;
  BhEndpoint *endpoint;
  BhPrintQueue *queue;
  BhPrintDesk *desk;
} BhHttpApi;

/** bh_http_api_mount: @api must outlive @server. */
void bh_http_api_mount(BhHttpApi *api, BhWebServer *server);
