/* SPDX-License-Identifier: Apache-2.0 */
/*
 * BhDoctorApi: what a phone that does not see the hub may ask, and what is wrong on this computer.
 *
 *   GET /api/v1/reach   anybody, so many a minute: {kind: "hub", address, isInside, hub: {name,
 *                       hostName, httpPort, httpsPort, addresses[], networks[], clouds[]}}: where
 *                       who asks comes from, as the hub sees it. The lists only inside, where
 *                       they are seen anyway. Pages of the hub's other addresses may read it too
 *   GET /api/v1/doctor  who may read the status: see bh_doctor_describe()
 */
#pragma once

#include "hub-state.h"
#include "secure-door.h"
#include "settings.h"

typedef struct _BhDoctorApi BhDoctorApi;

/** bh_doctor_api_new: @state, @settings and @door must outlive it. */
BhDoctorApi *bh_doctor_api_new(BhHubState *state, const BhSettings *settings, BhSecureDoor *door);
void bh_doctor_api_free(BhDoctorApi *api);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(BhDoctorApi, bh_doctor_api_free)

/** bh_doctor_api_add: the routes of the API. */
void bh_doctor_api_add(BhDoctorApi *doctor, BhApi *api);

/** bh_doctor_api_serve: the route of the web; and from now on it hears who comes. */
void bh_doctor_api_serve(BhDoctorApi *doctor, BhWebServer *web);
