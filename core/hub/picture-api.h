/* SPDX-License-Identifier: Apache-2.0 */
/*
 * picture-api: pictures of what is on the menu.
 *
 *   POST /api/v1/pictures {type, data}   a manager's; data: base64 -> 201 {"picture":
 *                                        "/pictures/<id>"}, once it is on the disk
 *   GET  /pictures/<id>                  for everybody, also for guests; it never changes
 *
 * What an item shows is its register `picture`: such a path.
 */
#pragma once

#include "api.h"
#include "hub-state.h"
#include "web-server.h"

/** bh_picture_api_add: adds its route. @state: with pictures and property; outlives @api */
void bh_picture_api_add(BhApi *api, BhHubState *state);

/** bh_picture_api_mount: what is no API: a page's `<img>` asks for it. @book: outlives @web */
void bh_picture_api_mount(BhWebServer *web, BhPictureBook *book);
