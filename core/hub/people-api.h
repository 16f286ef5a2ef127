/* SPDX-License-Identifier: Apache-2.0 */
/*
 * people-api: who works here, and who is at this device just now:
 *
 *   GET  /api/v1/people         {people[], signedIn}
 *   POST /api/v1/people         {name, pin}: {personId}
 *   POST /api/v1/people/pin     {personId, pin}
 *   POST /api/v1/people/remove  {personId}
 *   POST /api/v1/sign-in        {personId, pin}: {person}
 *   POST /api/v1/sign-out       {}
 */
#pragma once

#include "hub-state.h"

/** bh_people_api_add: @state must outlive @api. */
void bh_people_api_add(BhApi *api, BhHubState *state);
