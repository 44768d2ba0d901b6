# matters
