// What the files of this folder share.
#ifndef PICTURE_H
#define PICTURE_H

#include "CVips.h"

#include <vips/vips.h>

struct lt_picture {
    VipsImage *image;
};

// Replaces an image by what was made of it.
static inline int become(VipsImage **image, int result, VipsImage *made) {
    if (result) return lt_picture_damaged;
    g_object_unref(*image);
    *image = made;
    return lt_picture_done;
}

#define APPLY(image, call)                                        \
    do {                                                          \
        VipsImage *made = NULL;                                   \
        int result_ = call;                                       \
        if (become(&(image), result_, made)) goto failed;         \
    } while (0)

#endif
