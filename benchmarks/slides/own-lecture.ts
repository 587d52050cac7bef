/**
 * A small lecture of our own, for whoever has no other: what stands on each page, and which was shown with each
 * sentence.
 */
export const OWN_LECTURE = {
  pages: [
    "How a river shapes its valley\nAn introduction",
    "Erosion\nThe bed is deepened\nThe banks are undercut",
    "Transport\nPebbles roll\nSand leaps\nClay floats",
    "Deposition\nA delta grows where the current is slow",
    "Meanders\nThe outer bend is worn away\nThe inner bend grows",
    "Questions for the exam",
  ],
  sentences: [
    { slide: 1, text: "Good morning, today it is about rivers." },
    { slide: 1, text: "A river shapes the valley that it runs in." },
    { slide: 1, text: "This is only an introduction." },
    { slide: 2, text: "We begin with erosion." },
    { slide: 2, text: "The water takes stones from the bed, so the bed gets deeper." },
    { slide: 2, text: "At its sides the banks are undercut until they fall." },
    { slide: 3, text: "What was taken has to go somewhere, and that is transport." },
    { slide: 3, text: "Large pebbles roll along the ground." },
    { slide: 3, text: "Sand leaps in small jumps, and clay floats all the way." },
    { slide: 2, text: "Remember how the banks were undercut by erosion." },
    { slide: 4, text: "Where the current gets slow there is deposition." },
    { slide: 4, text: "At the sea a delta grows like that." },
    { slide: 4, text: "The Nile's delta is the most famous one." },
    { slide: 5, text: "Now look at a meander." },
    { slide: 5, text: "The outer bend is worn away, for there the water is fast." },
    { slide: 5, text: "At the inner bend it is slow, so that the bend grows." },
    { slide: 6, text: "Finally some questions that may come in the exam." },
    { slide: 6, text: "Write the exam questions down." },
  ],
};

/** Where lectures are joined until they have two hours: said once, it would have a slide for every 18 seconds. */
export const OWN_REPEATED = 6;
