// Reads a QR code with the camera: in the browser where it can, else by sending pictures to this service alone.
const EVERY_MS = 900; // a picture; slower than the limit on open requests
const WIDTH = 800; // pixels of a picture that is sent

export function scan(found) {
  const way = document.getElementById("scan-way");
  if (!way || !navigator.mediaDevices?.getUserMedia) return;
  way.hidden = false;
  const start = document.getElementById("scan");
  start.addEventListener("click", () => run(start, found));
  document.getElementById("scan-stop").addEventListener("click", stop);
}

let stream = null;

async function run(start, found) {
  const video = document.getElementById("video");
  const said = document.getElementById("camera-said");
  document.getElementById("camera").hidden = false;
  start.hidden = true;
  try {
    stream = await navigator.mediaDevices.getUserMedia({video: {facingMode: "environment", width: {ideal: 1280}}});
  } catch {
    said.textContent = said.dataset.denied;
    video.hidden = true;
    return;
  }
  video.hidden = false;
  video.srcObject = stream;
  await video.play();
  said.textContent = said.dataset.hold;
  document.getElementById("scan-stop").focus();
  const read = await reader();
  while (stream && video.isConnected) {
    const text = await read(video);
    if (text && stream) {
      said.textContent = said.dataset.found;
      stop();
      found(text);
      return;
    }
    await new Promise((done) => setTimeout(done, EVERY_MS));
  }
}

function stop() {
  for (const track of stream ? stream.getTracks() : []) track.stop();
  stream = null;
  const camera = document.getElementById("camera");
  if (camera) {
    camera.hidden = true;
    const start = document.getElementById("scan");
    start.hidden = false;
    start.focus();
  }
}

async function reader() {
  const kinds = "BarcodeDetector" in window ? await window.BarcodeDetector.getSupportedFormats() : [];
  if (!kinds.includes("qr_code")) return byService;
  const detector = new window.BarcodeDetector({formats: ["qr_code"]});
  return async (video) => (await detector.detect(video).catch(() => []))[0]?.rawValue;
}

async function byService(video) {
  const canvas = document.createElement("canvas");
  const scale = Math.min(1, WIDTH / video.videoWidth);
  [canvas.width, canvas.height] = [video.videoWidth * scale, video.videoHeight * scale];
  if (!canvas.width) return null;
  canvas.getContext("2d").drawImage(video, 0, 0, canvas.width, canvas.height);
  const picture = await new Promise((done) => canvas.toBlob(done, "image/png"));
  const answer = await fetch("/verify/qr", {method: "POST", body: picture, headers: {"Content-Type": "image/png"}});
  return answer.status === 200 ? (await answer.json()).text : null;
}
