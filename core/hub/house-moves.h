/* SPDX-License-Identifier: Apache-2.0 */
/*
 * BhHouseMoves: what has to follow when this computer's addresses change, and when it wakes from a
 * sleep: connections, sockets, screens that are waited for, tickets that are due, devices that
 * replicate. (The certificate, the published names and the links follow BhHouseLinks by themselves.)
 */
#pragma once

#include "cloud-desk.h"
#include "endpoint.h"
#include "house-links.h"
#include "hub-log.h"
#include "screen-desk.h"
#include "sleep-watch.h"
#include "ticket-watch.h"
#include "web-server.h"

typedef struct _BhHouseMoves BhHouseMoves;

/** bh_house_moves_new: keeps a reference on the objects; @screens, @tickets and @log, which is served
 * by now, must outlive it. */
BhHouseMoves *bh_house_moves_new(BhHouseLinks *links, BhWebServer *web, BhEndpoint *endpoint,
                                 BhScreenDesk *screens, BhTicketWatch *tickets, BhHubLog *log);

/** bh_house_moves_set_cloud: @cloud: looks for its cloud too; must outlive @moves */
void bh_house_moves_set_cloud(BhHouseMoves *moves, BhCloudDesk *cloud);

void bh_house_moves_free(BhHouseMoves *moves);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(BhHouseMoves, bh_house_moves_free)
