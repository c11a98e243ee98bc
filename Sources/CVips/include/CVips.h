// What the imager takes from libvips: decoding with a loader that the caller names, making smaller,
// turning, and writing JPEG.
//
// libvips would guess a picture's type itself, and ask every loader it knows, ImageMagick's among
// them. So nothing here guesses, and only the modules that are wanted are loaded.
#ifndef CVIPS_H
#define CVIPS_H

#include <stddef.h>
#include <stdint.h>

/// Whose loader decodes.
typedef enum {
    lt_loader_jpeg,
    lt_loader_png,
    lt_loader_gif,
    lt_loader_webp,
    lt_loader_tiff,
    lt_loader_heif,
} lt_loader;

/// What a function that can fail returns.
enum lt_picture_result {
    lt_picture_done = 0,
    lt_picture_damaged = -1,
    lt_picture_too_large = -2,
    /// No font on this machine has all the letters.
    lt_mark_without_font = -3,
};

/// A decoded picture in memory: RGB, 8 bits each, with its own profile if it has one.
typedef struct lt_picture lt_picture;

/// Starts libvips, with one thread, without caches and without code made at run time. Called once, before
/// the process is shut in.
int lt_vips_start(void);

/// Takes memory without filling it; NULL when there is none.
void *_Nullable lt_memory_new(size_t count);
void lt_memory_free(void *_Nullable memory);

/// Decodes a picture to `side` pixels on its longer side, turned as Exif's `orientation` says (1 leaves
/// it). A smaller one is not made larger; a JPEG, whose decoder makes it smaller by 1, 2, 4 or 8, may
/// come out larger.
///
/// `embedded`: for HEIF, takes the thumbnail in the file when its longer side has `least` pixels and it
/// has the picture's shape; `used_embedded` tells.
int lt_picture_decode(
    lt_loader loader, const void *_Nonnull bytes, size_t count, uint32_t side, int orientation,
    uint64_t most_pixels, uint32_t longest_side, int embedded, uint32_t least,
    int *_Nonnull used_embedded, lt_picture *_Nullable *_Nonnull into);

/// A copy of at most `side` pixels on its longer side, never larger than the picture, in sRGB.
int lt_picture_shrink(
    lt_picture *_Nonnull picture, uint32_t side, lt_picture *_Nullable *_Nonnull into);
void lt_picture_free(lt_picture *_Nullable picture);

/// Text to be laid over pictures.
typedef struct lt_mark lt_mark;

/// Draws a text, UTF-8 that ends in a zero byte, with the machine's fonts: before the process is shut in. It
/// lives as long as the process.
int lt_mark_make(const char *_Nonnull text, lt_mark *_Nullable *_Nonnull into);

/// Lays a text all over a picture of sRGB, light letters in a dark shade.
int lt_picture_mark(lt_picture *_Nonnull picture, const lt_mark *_Nonnull mark);

uint32_t lt_picture_width(const lt_picture *_Nonnull picture);
uint32_t lt_picture_height(const lt_picture *_Nonnull picture);
/// width × height × 3 bytes, row by row; they live as long as the picture.
const uint8_t *_Nonnull lt_picture_pixels(const lt_picture *_Nonnull picture);

/// A JPEG without any metadata; the caller gives it to lt_memory_free.
int lt_picture_jpeg(
    lt_picture *_Nonnull picture, int quality, void *_Nullable *_Nonnull bytes,
    size_t *_Nonnull count);

#endif
