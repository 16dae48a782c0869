// A plain form does it all; the draft has been kept by then.
export default function mount() {}
