/* SPDX-License-Identifier: Apache-2.0 */
/*
 * seating-api: tables and rooms, who sits there, and the way in for guests:
 *
 *   GET  /api/v1/places            {places[]}
 *   POST /api/v1/places            {kind, name}: {placeId}
 *   POST /api/v1/places/remove     {placeId}
 *   POST /api/v1/places/renew      {placeId}: another code to print
 *   GET  /api/v1/places/codes      {codes[]}: what is printed
 *   POST /api/v1/seatings/open     {placeId}
 *   POST /api/v1/seatings/confirm  {placeId}
 *   POST /api/v1/seatings/clear    {placeId}
 *   POST /api/v1/guest/session     {code, session?}: {session, place, state}; public, and only from
 *                                  the property's own networks
 *
 * And the guest's message `seating-request`, answered by `seating`.
 */
#pragma once

#include "hub-state.h"
#include "router.h"

/** bh_seating_api_add: @state must outlive @api and @router. */
void bh_seating_api_add(BhApi *api, BhRouter *router, BhHubState *state);
